import type { RequestHandler } from "express";
import { oauthCallback } from "../contract/mcp.ts";
import { sendPage } from "./pages.ts";

/**
 * Authorization servers send people to this address, from another site: browsers send no session along then, and nothing is done. The page opens
 * the same address once more, this time from a page of ours.
 */
export const returnPage: RequestHandler = (request, response, next) => {
  if (request.query.here !== undefined) return next();
  const known = Object.keys(oauthCallback.query.shape).flatMap((name): [string, string][] => {
    const value = request.query[name];
    return typeof value === "string" ? [[name, value]] : [];
  });
  const address = `?${new URLSearchParams([...known, ["here", "1"]])}`;
  sendPage(response, { status: 200, title: "One moment", text: "Heddle takes the authorization in.", refreshSeconds: 0, refreshTo: escaped(address) });
};

/** As text within a page, or within an attribute of it. */
export function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}
