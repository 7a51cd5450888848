import { describe, expect, it } from "vitest";

import { spoken } from "./entities/kit";
import { href, parse } from "./router";

describe("addresses", () => {
  it("are read back as they were written", () => {
    const { parts, query } = parse(href(["order lines", 3, "a/b"], { q: "50 % & more?", page: 2, empty: "" }));
    expect(parts).toEqual(["order lines", "3", "a/b"]);
    expect(Object.fromEntries(query)).toEqual({ q: "50 % & more?", page: "2" });
  });

  it("may be empty or broken", () => {
    expect(parse("").parts).toEqual([]);
    expect(parse("#/%E0%A4%A/x").parts).toEqual(["%E0%A4%A", "x"]);
  });
});

describe("words", () => {
  it("are shown as people write them", () => {
    expect(spoken("in_progress")).toBe("In progress");
  });
});
