// @vitest-environment happy-dom

import { act, renderHook, waitFor } from "@testing-library/react";
import { describe, expect, it } from "vitest";

import { useLoad } from "./load";
import { fresh } from "./testing";

fresh();

function later() {
  let resolve: () => void = () => undefined;
  let reject: (error: Error) => void = () => undefined;
  const promise = new Promise<void>((yes, no) => ([resolve, reject] = [yes, no]));
  return { promise, resolve, reject };
}

describe("a change that is tried", () => {
  it("is shown at once, and what came of it is loaded", async () => {
    let stored = 1;
    const { result } = renderHook(() => useLoad("key", async () => stored));
    await waitFor(() => expect(result.current.data).toBe(1));
    const work = later();
    act(() => result.current.attempt(() => 2, work.promise));
    expect(result.current.data).toBe(2);
    stored = 3;
    work.resolve();
    await waitFor(() => expect(result.current.data).toBe(3));
  });

  it("is taken back when it fails, with the reason", async () => {
    const { result } = renderHook(() => useLoad("key", async () => "before"));
    await waitFor(() => expect(result.current.data).toBe("before"));
    const work = later();
    act(() => result.current.attempt(() => "after", work.promise));
    expect(result.current.data).toBe("after");
    work.reject(new Error("No."));
    await waitFor(() => expect([result.current.data, result.current.failure?.message]).toEqual(["before", "No."]));
  });
});
