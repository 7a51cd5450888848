param(
    [string]$Target = "staging",
    [switch]$Force
)

function Get-Artefact {
    param([string]$Name)
    $path = Join-Path $PSScriptRoot $Name
    if (-not (Test-Path $path)) {
        throw "There is no $Name"
    }
    return Get-Item $path
}

foreach ($name in @("app.zip", "site.zip")) {
    $item = Get-Artefact -Name $name
    Write-Output "$($item.Name) to $Target"
}
