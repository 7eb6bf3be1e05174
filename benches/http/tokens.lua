-- Each request carries the next token of the file that is named behind `--`, from that line on.
local requests, next = {}, 0

function init(arguments)
  local from, count, line = tonumber(arguments[2]), tonumber(arguments[3]), 0
  for token in io.lines(arguments[1]) do
    if line >= from and line < from + count then
      requests[#requests + 1] = wrk.format("GET", wrk.path, { Authorization = "Bearer " .. token })
    end
    line = line + 1
  end
end

function request()
  next = next % #requests + 1
  return requests[next]
end
