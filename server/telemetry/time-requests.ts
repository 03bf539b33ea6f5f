import type { NextFunction, Request, Response } from "express";
import { routes } from "../contract/routes.ts";
import { createListedNames } from "./bounded-names.ts";
import type { Metrics } from "./create-metrics.ts";

/**
 * Express middleware that times what comes after it. The label is the route's id in the contract; pages, files and addresses that are
 * not there are `other`, and event streams are not timed.
 */
export function createTimeRequests(metrics: Pick<Metrics, "request">): (request: Request, response: Response, next: NextFunction) => void {
  const idByAddress = new Map(routes.map(({ id, method, path }) => [`${method} ${path}`, id]));
  const routeName = createListedNames(idByAddress.values());
  return (request, response, next) => {
    const start = performance.now();
    response.once("close", () => {
      if (String(response.getHeader("content-type")).startsWith("text/event-stream")) return;
      const method = request.method === "HEAD" ? "GET" : request.method;
      const route = routeName(idByAddress.get(`${method} ${String(request.route?.path)}`));
      metrics.request({ route, status: response.statusCode, seconds: (performance.now() - start) / 1_000 });
    });
    next();
  };
}
