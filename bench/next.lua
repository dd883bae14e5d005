-- For wrk: asks for the addresses of a file one after the other; a # in them becomes a number that never came before.
-- Arguments: the file, the first number, the status that is meant, and perhaps the name and the value of a header.
local threads, paths, at = {}, {}, 0
meant, others = 0, 0

function setup(thread)
  table.insert(threads, thread)
end

function init(arguments)
  number, wanted = tonumber(arguments[2]), tonumber(arguments[3])
  if arguments[4] then wrk.headers[arguments[4]] = arguments[5] end
  for path in io.lines(arguments[1]) do table.insert(paths, path) end
end

function request()
  at, number = at % #paths + 1, number + 1
  return wrk.format("GET", (paths[at]:gsub("#", string.format("%d", number))))
end

function response(status)
  if status == wanted then meant = meant + 1 else others = others + 1 end
end

function done()
  for _, thread in ipairs(threads) do print("answers", thread:get("meant"), thread:get("others")) end
end
