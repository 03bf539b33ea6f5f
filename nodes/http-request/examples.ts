import type { z } from "zod";
import type { NodeExample } from "#runtime/node/define.ts";
import type { httpRequestConfig } from "./config.ts";

const url = "https://api.example.com/items";
const headers = { "content-type": "application/json" };

/** `api.example.com` is answered by a fake in the contract suite. */
export const httpRequestExamples: NodeExample<z.input<typeof httpRequestConfig>>[] = [
  {
    name: "looks an item up",
    config: { url: "https://api.example.com/items/{{ inputs.id }}" },
    inputs: { id: 7 },
    outputs: {
      body: { id: 7, name: "shuttle" },
      response: { status: 200, url: "https://api.example.com/items/7", headers, body: { id: 7, name: "shuttle" } },
    },
  },
  {
    name: "creates an item",
    config: { method: "POST", url, bodyKind: "json", json: { name: "{{ inputs.name }}" }, idempotent: true },
    inputs: { name: "reed" },
    outputs: { body: { id: 8, name: "reed" }, response: { status: 201, url, headers, body: { id: 8, name: "reed" } } },
  },
  { name: "fails when there is no such item", config: { url: "https://api.example.com/items/404" }, inputs: {}, fails: "http-status" },
];
