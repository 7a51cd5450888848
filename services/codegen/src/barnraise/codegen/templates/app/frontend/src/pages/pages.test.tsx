// @vitest-environment happy-dom

import { fireEvent, render, screen, waitFor } from "@testing-library/react";
import { describe, expect, it } from "vitest";

import { entities } from "../entities";
import { labelOf } from "../entities/kit";
import { Refusal, type Sent, fresh, paged, record, serve } from "../testing";
import { DetailPage } from "./DetailPage";
import { FormPage } from "./FormPage";
import { ListPage } from "./ListPage";

fresh();

describe.each(entities.map((entity) => ({ entity, name: entity.name })))("the pages of $name", ({ entity }) => {
  const rows = [record(entity, 1), record(entity, 2)];
  const own = (sent: Sent) => sent.path.startsWith(`/${entity.path}?`);

  it("list its records", async () => {
    serve((sent) => paged(own(sent) ? rows : []));
    render(<ListPage entity={entity} />);
    const links = await screen.findAllByRole("rowheader");
    expect(links.map((link) => link.textContent)).toEqual(rows.map((row) => labelOf(entity, row)));
  });

  it("show a record with all that it has", async () => {
    serve((sent) => (sent.path === `/${entity.path}/1` ? rows[0] : paged([])));
    render(<DetailPage entity={entity} id="1" />);
    expect((await screen.findByRole("heading", { level: 1 })).textContent).toBe(labelOf(entity, rows[0]!));
    const terms = screen.getAllByRole("term").map((term) => term.textContent);
    expect(terms).toEqual([...entity.fields, ...entity.relations].map((each) => each.label).concat("Created", "Changed"));
  });

  it("have a control for everything that a record has, and say beside it what is wrong with it", async () => {
    const wrong = [...entity.fields.map((field) => field.name), ...entity.relations.map((relation) => relation.key)];
    const refusal = new Refusal(422, "Not allowed.", Object.fromEntries(wrong.map((name) => [name, `${name} is wrong`])));
    const sent = serve(({ method, path }) => (method === "PATCH" ? refusal : path === `/${entity.path}/1` ? rows[0] : paged([])));
    const { container } = render(<FormPage entity={entity} id="1" />);
    await screen.findByRole("button", { name: "Save" });
    fireEvent.submit(container.querySelector("form")!);
    await screen.findByRole("alert");
    for (const name of wrong) {
      const control = container.querySelector(`[name="${name}"]`)!;
      expect(container.querySelector(`#${CSS.escape(control.getAttribute("aria-describedby") ?? "-")}`)?.textContent?.toLowerCase()).toBe(`${name} is wrong`);
    }
    expect(sent.map((request) => request.method)).toContain("PATCH");
  });
});

describe("a list", () => {
  const entity = entities[0]!;

  it("says that it is loading, and then that there is nothing", async () => {
    serve(() => paged([]));
    render(<ListPage entity={entity} />);
    expect(screen.getByRole("status", { name: "Loading" })).toBeTruthy();
    expect(await screen.findByText(/^There are no .* yet\.$/)).toBeTruthy();
  });

  it("takes selected records away at once, and brings back what could not be deleted", async () => {
    let rows = [1, 2, 3].map((id) => record(entity, id));
    let refuse: (refusal: Refusal) => void = () => undefined;
    const sent = serve((request) => {
      if (request.method !== "DELETE") return paged(request.path.startsWith(`/${entity.path}?`) ? rows : []);
      if (request.path.endsWith("/2")) return new Promise<Refusal>((resolve) => (refuse = resolve));
      rows = rows.filter((row) => !request.path.endsWith(`/${row.id}`));
      return undefined;
    });
    render(<ListPage entity={entity} />);
    const boxes = await screen.findAllByRole("checkbox", { name: /^Select (?!all)/ });
    for (const box of boxes.slice(0, 2)) fireEvent.click(box);
    fireEvent.click(screen.getByRole("button", { name: "Delete" }));
    fireEvent.click(screen.getAllByRole("button", { name: "Delete", hidden: true }).at(-1)!);
    expect(screen.getAllByRole("rowheader")).toHaveLength(1);
    await waitFor(() => expect(sent.map((request) => request.path)).toContain(`/${entity.path}/2`));
    refuse(new Refusal(409, "Other records refer to this one."));
    expect((await screen.findByRole("alert")).textContent).toContain("1 of 2 could not be deleted. Other records refer to this one.");
    await waitFor(() => expect(screen.getAllByRole("rowheader")).toHaveLength(2));
  });

  it("says what went wrong, and tries again", async () => {
    const answers = [new Refusal(500, "Something went wrong here."), paged([record(entity, 1)])];
    serve((sent) => (sent.path.startsWith(`/${entity.path}?`) ? answers.shift() : paged([])));
    render(<ListPage entity={entity} />);
    expect((await screen.findByRole("alert")).textContent).toContain("Something went wrong here.");
    fireEvent.click(screen.getByRole("button", { name: "Try again" }));
    expect(await screen.findAllByRole("rowheader")).toHaveLength(1);
  });
});
