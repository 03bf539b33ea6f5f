import type { z } from "zod";
import type { Action } from "./access.ts";

/** One API route as data: the server mounts it, the canvas calls it, the OpenAPI document lists it. */
export interface Route<
  Params extends z.ZodObject = z.ZodObject,
  Query extends z.ZodObject = z.ZodObject,
  Body extends z.ZodType = z.ZodType,
  Answer extends z.ZodType = z.ZodType,
> {
  /** Unique; names the operation in the OpenAPI document. */
  id: string;
  method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** Express path with `:params`, from `/api`. */
  path: string;
  summary: string;
  /** What the caller must be allowed to do; asked by `may(actor, action, resource)` before anything else. */
  action: Action;
  /** A query parameter whose value, where there is one, is what the request is about, as `:id` is in other addresses. */
  about?: string;
  params: Params;
  query: Query;
  /** Absent: the route takes no body. */
  body?: Body;
  /** Bytes of JSON body accepted; 1 MiB when absent. */
  bodyLimit?: number;
  /** The body is a file of whatever kind, of at most so many bytes; the handler reads it as it comes. */
  upload?: number;
  /** The handler writes the answer itself: it is a file, not JSON. */
  isFile?: true;
  status: 200 | 201 | 202 | 204;
  answer: Answer;
}

export function defineRoute<Params extends z.ZodObject, Query extends z.ZodObject, Body extends z.ZodType, Answer extends z.ZodType>(
  route: Route<Params, Query, Body, Answer>,
): Route<Params, Query, Body, Answer> {
  return route;
}
