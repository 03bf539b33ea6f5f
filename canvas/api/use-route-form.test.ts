import { expect, it } from "vitest";
import { createToken } from "#server/contract/tokens.ts";
import { acceptInvitation } from "#server/contract/workspaces.ts";
import { faultsOf } from "./use-route-form.ts";

it("tells where a body does not fit, in the words of the contract", () => {
  expect(faultsOf(createToken.body, { name: " ", scopes: [], days: 90 })).toEqual([
    { path: "/name", message: "Give it a name." },
    { path: "/scopes", message: "Choose at least one scope." },
  ]);
  expect(faultsOf(acceptInvitation.body, { token: "x".repeat(30), account: { name: "Ann", email: "no", password: "short" } }).map(({ path }) => path)).toEqual([
    "/account/email",
    "/account/password",
  ]);
  expect(faultsOf(undefined, {})).toEqual([]);
});
