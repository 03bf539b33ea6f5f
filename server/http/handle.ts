import type { IncomingMessage, ServerResponse } from "node:http";
import type { z } from "zod";
import type { AuditFact } from "../audit/audit-log.ts";
import type { Actor } from "../auth/actor.ts";
import type { Action } from "../contract/access.ts";
import type { Route } from "../contract/route.ts";
import { validate } from "./validate.ts";

/** A request to a route, checked against its contract. */
export interface Call<Params extends z.ZodObject, Query extends z.ZodObject, Body extends z.ZodType> {
  params: z.output<Params>;
  query: z.output<Query>;
  body: z.output<Body>;
  actor: Actor;
  /** Where it happens: the resource's workspace, or the one that the caller is in. */
  workspace: string;
  /** Whether the caller may do something else to the same, or in the same workspace: what they are shown may depend on it. */
  may(action: Action): Promise<boolean>;
  /** For what is not data: cookies, the caller's address. */
  exchange: Exchange;
  /** Aborts when the caller goes away. */
  signal: AbortSignal;
}

/** A request as it arrived, from an actor who may make it. */
export interface RawCall {
  params: unknown;
  query: unknown;
  body: unknown;
  actor: Actor;
  workspace: string;
  may(action: Action): Promise<boolean>;
  exchange: Exchange;
  signal: AbortSignal;
}

export interface Exchange {
  request: IncomingMessage;
  response: ServerResponse;
}

/** A route with what answers it. */
export interface Handling {
  route: Route;
  answer(call: RawCall): Promise<unknown>;
  /** Answers `Accept: text/event-stream`, where the route offers one. */
  stream?(call: RawCall): Promise<void>;
  /** What goes into the audit log when it was answered; undefined: nothing. */
  audit?(call: RawCall, answer: unknown): AuditFact | undefined;
}

/** Beyond the answer, what a route does. */
export interface HandleMore<Params extends z.ZodObject, Query extends z.ZodObject, Body extends z.ZodType, Answer extends z.ZodType> {
  stream?: (call: Call<Params, Query, Body>) => Promise<void>;
  audit?: (call: Call<Params, Query, Body>, answer: z.input<Answer>) => AuditFact | undefined;
}

/** Joins a route with its handler; the contract decides what the handler gets and must give. */
export function handle<Params extends z.ZodObject, Query extends z.ZodObject, Body extends z.ZodType, Answer extends z.ZodType>(
  route: Route<Params, Query, Body, Answer>,
  answer: (call: Call<Params, Query, Body>) => Promise<z.input<Answer>>,
  { stream, audit }: HandleMore<Params, Query, Body, Answer> = {},
): Handling {
  const check = ({ params, query, body, ...rest }: RawCall): Call<Params, Query, Body> => ({
    ...rest,
    params: validate(route.params, params, "address"),
    query: validate(route.query, query, "query"),
    // without a schema the type of the body is unknown, which undefined is
    body: (route.body && validate(route.body, body, "body")) as z.output<Body>,
  });
  return {
    route,
    answer: async (call) => answer(check(call)),
    ...(stream && { stream: async (call) => stream(check(call)) }),
    ...(audit && { audit: (call, given) => audit(check(call), given as z.input<Answer>) }),
  };
}
