import type { IncomingMessage, ServerResponse } from "node:http";
import type { z } from "zod";
import type { Actor } from "../auth/actor.ts";
import type { Route } from "../contract/route.ts";
import { validate } from "./validate.ts";

/** A request to a route, checked against its contract. */
export interface Call<Params extends z.ZodObject, Query extends z.ZodObject, Body extends z.ZodType> {
  params: z.output<Params>;
  query: z.output<Query>;
  body: z.output<Body>;
  actor: Actor;
  /** Aborts when the caller goes away. */
  signal: AbortSignal;
}

/** A request as it arrived, from an actor who may make it. */
export interface RawCall {
  params: unknown;
  query: unknown;
  body: unknown;
  actor: Actor;
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
  stream?(call: RawCall, exchange: Exchange): Promise<void>;
}

/** Joins a route with its handler; the contract decides what the handler gets and must give. */
export function handle<Params extends z.ZodObject, Query extends z.ZodObject, Body extends z.ZodType, Answer extends z.ZodType>(
  route: Route<Params, Query, Body, Answer>,
  answer: (call: Call<Params, Query, Body>) => Promise<z.input<Answer>>,
  stream?: (call: Call<Params, Query, Body>, exchange: Exchange) => Promise<void>,
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
    ...(stream && { stream: async (call, exchange) => stream(check(call), exchange) }),
  };
}
