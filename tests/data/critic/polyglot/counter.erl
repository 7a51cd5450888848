-module(counter).
-export([start/0, loop/1]).

start() ->
    spawn(fun() -> loop(0) end).

loop(Count) ->
    receive
        {add, Number} when Number > 0 ->
            loop(Count + Number);
        {get, From} ->
            From ! {count, Count},
            loop(Count);
        stop ->
            ok
    end.
