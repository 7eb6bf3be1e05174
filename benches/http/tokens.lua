-- Each request carries the next token of the file that is named behind `--`.
local requests, next = {}, 0

function init(arguments)
  for token in io.lines(arguments[1]) do
    requests[#requests + 1] = wrk.format("GET", wrk.path, { Authorization = "Bearer " .. token })
  end
end

function request()
  next = next % #requests + 1
  return requests[next]
end
