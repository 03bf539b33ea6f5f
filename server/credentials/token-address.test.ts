import { expect, it } from "vitest";
import { problemOfTokenAddress } from "./token-address.ts";

it.each([
  "https://login.example.org/token",
  "https://8.8.8.8/token",
  "http://127.0.0.1:9000/token",
  "http://[::1]:9000/token",
  "http://10.1.2.3/token",
  "http://[fd00::1]/token",
  "http://localhost/token",
  "http://keycloak:8080/token",
  "http://id.svc.cluster.internal/token",
])("a client's secret may be sent to %s", (address) => {
  expect(problemOfTokenAddress(address)).toBeUndefined();
});

it.each([
  "http://login.example.org/token",
  "http://login.example.org:8080/token",
  "http://localhost.example.org/token",
  "http://8.8.8.8/token",
  "http://[2606:4700::1111]/token",
  "http://internal.example/token",
  "nothing",
])("a client's secret may not be sent to %s", (address) => {
  expect(problemOfTokenAddress(address)).toContain("https");
});
