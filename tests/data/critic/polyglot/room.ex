defmodule Chat.Room do
  use GenServer

  @limit 50

  def start_link(name) do
    GenServer.start_link(__MODULE__, %{name: name, messages: []})
  end

  @impl true
  def init(state), do: {:ok, state}

  @impl true
  def handle_call({:say, text}, _from, %{messages: messages} = state) when is_binary(text) do
    kept = [text | messages] |> Enum.take(@limit)
    {:reply, :ok, %{state | messages: kept}}
  end
end
