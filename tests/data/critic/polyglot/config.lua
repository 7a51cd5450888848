local Config = {}
Config.__index = Config

function Config.new(values)
  return setmetatable({ values = values or {} }, Config)
end

function Config:get(key, default)
  local value = self.values[key]
  if value == nil then
    return default
  end
  return value
end

for index, name in ipairs({ "host", "port" }) do
  print(index .. ": " .. tostring(Config.new():get(name, "none")))
end

return Config
