type 'a t = { items : 'a list; size : int }

let empty = { items = []; size = 0 }

let push x stack = { items = x :: stack.items; size = stack.size + 1 }

let pop stack =
  match stack.items with
  | [] -> None
  | x :: rest -> Some (x, { items = rest; size = stack.size - 1 })

let () =
  let stack = push 2 (push 1 empty) in
  match pop stack with
  | Some (x, _) -> Printf.printf "%d\n" x
  | None -> print_endline "empty"
