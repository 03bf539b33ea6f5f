import { expect, it } from "vitest";
import { listenerOrigin } from "./listen.ts";

it("an IPv6 address stands in brackets", () => {
  expect(listenerOrigin({ host: "::1", port: 4400 })).toBe("http://[::1]:4400");
  expect(listenerOrigin({ host: "127.0.0.1", port: 4400 })).toBe("http://127.0.0.1:4400");
});
