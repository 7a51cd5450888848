{ pkgs ? import <nixpkgs> { } }:

pkgs.mkShell {
  buildInputs = with pkgs; [ python311 nodejs ];
  shellHook = ''
    echo "ready"
  '';
}
