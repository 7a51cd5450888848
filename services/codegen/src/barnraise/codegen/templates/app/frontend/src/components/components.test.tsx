// @vitest-environment happy-dom

import { fireEvent, render, screen } from "@testing-library/react";
import { describe, expect, it, vi } from "vitest";

import type { Entity, Field, FieldType, Stored } from "../entities/kit";
import { Refusal, fresh, record, serve } from "../testing";
import { Confirm } from "./Confirm";
import { Input } from "./Input";
import { Empty, Failed, Loading } from "./States";
import { Table } from "./Table";

fresh();

const field = (type: FieldType, more: Partial<Field> = {}): Field => ({ name: "x", label: "X", type, ...more });

function control(shown: Field, value: unknown = null) {
  const onChange = vi.fn<(value: unknown) => void>();
  render(
    <>
      <label htmlFor="x">X</label>
      <Input id="x" field={shown} value={value} invalid={false} onChange={onChange} />
    </>,
  );
  return { element: screen.getByLabelText<HTMLInputElement>("X"), onChange };
}

describe("an input", () => {
  it.each<[FieldType, string, unknown]>([
    ["string", "Hello", "Hello"],
    ["text", "Two\nlines", "Two\nlines"],
    ["markdown", "# Head", "# Head"],
    ["int", "7", 7],
    ["float", "1.5", 1.5],
    ["decimal", "2.50", "2.50"],
    ["date", "2030-01-31", "2030-01-31"],
    ["time", "10:30", "10:30"],
    ["datetime", "2030-01-31T10:30", new Date("2030-01-31T10:30").toISOString()],
    ["email", "ada@example.com", "ada@example.com"],
    ["url", "https://example.com", "https://example.com"],
    ["phone", "+47 55 50 10 20", "+47 55 50 10 20"],
    ["color", "#16a34a", "#16a34a"],
  ])("for %s gives what is typed in the form that the API takes", (type, typed, value) => {
    const { element, onChange } = control(field(type));
    fireEvent.change(element, { target: { value: typed } });
    expect(onChange).toHaveBeenLastCalledWith(value);
  });

  it.each<[FieldType, unknown]>([
    ["string", "Hello"],
    ["int", 7],
    ["date", "2030-01-31"],
  ])("for %s that is emptied gives nothing", (type, value) => {
    const { element, onChange } = control(field(type), value);
    fireEvent.change(element, { target: { value: "" } });
    expect(onChange).toHaveBeenLastCalledWith(null);
  });

  it("for a required yes or no is a check box", () => {
    const { element, onChange } = control(field("bool", { required: true }), false);
    fireEvent.click(element);
    expect([element.type, onChange.mock.lastCall]).toEqual(["checkbox", [true]]);
  });

  it("for an optional yes or no can be neither", () => {
    const { element, onChange } = control(field("bool"), true);
    for (const [typed, value] of [
      ["false", false],
      ["", null],
    ]) {
      fireEvent.change(element, { target: { value: typed } });
      expect(onChange).toHaveBeenLastCalledWith(value);
    }
  });

  it("for a choice offers its values as words", () => {
    const { element, onChange } = control(field("enum", { values: ["to_do", "done"], required: true }));
    expect([...element.querySelectorAll("option")].map((option) => option.textContent)).toEqual(["Choose…", "To do", "Done"]);
    fireEvent.change(element, { target: { value: "done" } });
    expect(onChange).toHaveBeenLastCalledWith("done");
  });

  it("for JSON keeps the last good value and says what is wrong", () => {
    const { element, onChange } = control(field("json"), { a: 1 });
    fireEvent.change(element, { target: { value: '{"a": 2' } });
    expect(onChange).not.toHaveBeenCalled();
    expect(screen.getByText("This is not JSON yet.")).toBeTruthy();
    fireEvent.change(element, { target: { value: '{"a": 2}' } });
    expect(onChange).toHaveBeenLastCalledWith({ a: 2 });
  });

  it("for a file sends it and gives its id, or says why not", async () => {
    const answers = [new Refusal(413, "The file is too large."), { id: "0/a.txt", name: "a.txt", size: 1 }];
    serve(() => answers.shift());
    const { element, onChange } = control(field("file"));
    const choose = () => fireEvent.change(element, { target: { files: [new File(["x"], "a.txt")] } });
    choose();
    expect(await screen.findByText("The file is too large.")).toBeTruthy();
    expect(onChange).not.toHaveBeenCalled();
    choose();
    await vi.waitFor(() => expect(onChange).toHaveBeenLastCalledWith("0/a.txt"));
  });
});

describe("a table", () => {
  const entity: Entity = {
    name: "things",
    path: "things",
    label: "Thing",
    plural: "Things",
    display: "title",
    fields: [
      { name: "title", label: "Title", type: "string", listed: true },
      { name: "amount", label: "Amount", type: "int", listed: true },
      { name: "secret", label: "Secret", type: "string" },
    ],
    relations: [],
    related: [],
  };
  const rows = [record(entity, 1), record(entity, 2)];

  it("shows what is listed, and the name of each record leads to it", () => {
    render(<Table entity={entity} rows={rows} />);
    expect(screen.getAllByRole("columnheader").map((head) => head.textContent)).toEqual(["Title", "Amount"]);
    expect(screen.getByRole("link", { name: "Text 2" }).getAttribute("href")).toBe("#/things/2");
  });

  it("sorts by a head, and the other way when it is pressed again", () => {
    const onSort = vi.fn<(sort: string) => void>();
    const { rerender } = render(<Table entity={entity} rows={rows} sort="" onSort={onSort} />);
    fireEvent.click(screen.getByRole("button", { name: /Amount/ }));
    rerender(<Table entity={entity} rows={rows} sort="amount" onSort={onSort} />);
    expect(screen.getByRole("columnheader", { name: /Amount/ }).getAttribute("aria-sort")).toBe("ascending");
    fireEvent.click(screen.getByRole("button", { name: /Amount/ }));
    expect(onSort.mock.calls).toEqual([["amount"], ["-amount"]]);
  });
});

describe("a yes or no in a table", () => {
  const done: Field = { name: "done", label: "Done", type: "bool", required: true, listed: true };
  const entity: Entity = { name: "tasks", path: "tasks", label: "Task", plural: "Tasks", fields: [done], relations: [], related: [] };

  it("can be changed where that is allowed, and only there", () => {
    const onSet = vi.fn<(row: Stored, field: Field, value: boolean) => void>();
    const row = record(entity, 1);
    const { rerender } = render(<Table entity={entity} rows={[row]} onSet={onSet} />);
    fireEvent.click(screen.getByRole("checkbox", { name: "Done" }));
    expect(onSet).toHaveBeenCalledWith(row, done, true);
    rerender(<Table entity={entity} rows={[row]} />);
    expect(screen.queryByRole("checkbox")).toBeNull();
  });
});

describe("a page with nothing to show", () => {
  it("says that it is loading", () => {
    render(<Loading />);
    expect(screen.getByRole("status", { name: "Loading" })).toBeTruthy();
  });

  it("says that there is nothing", () => {
    render(<Empty title="Nothing matches.">Show all</Empty>);
    expect(screen.getByText("Nothing matches.")).toBeTruthy();
  });

  it("says what went wrong, and tries again", () => {
    const retry = vi.fn<() => void>();
    render(<Failed error={new Error("The server cannot be reached.")} retry={retry} />);
    expect(screen.getByRole("alert").textContent).toContain("The server cannot be reached.");
    fireEvent.click(screen.getByRole("button", { name: "Try again" }));
    expect(retry).toHaveBeenCalledOnce();
  });
});

describe("a question", () => {
  it("stays, with the reason, when what it asks about fails", async () => {
    const close = vi.fn<() => void>();
    const work = () => Promise.reject(new Error("Other records refer to this one."));
    render(<Confirm title="Delete?" text="Gone for good." action="Delete" onConfirm={work} onClose={close} />);
    fireEvent.click(screen.getByRole("button", { name: "Delete", hidden: true }));
    expect((await screen.findByRole("alert", { hidden: true })).textContent).toBe("Other records refer to this one.");
    expect(close).not.toHaveBeenCalled();
  });
});
