import type { IncomingMessage, ServerResponse } from "node:http";
import helmet from "helmet";

const SELF = "'self'";

/** `quality.md`, security rules. Inline styles: docs/decisions/0008-inline-styles-in-the-csp.md. */
const directives = {
  defaultSrc: ["'none'"],
  scriptSrc: [SELF],
  styleSrc: [SELF, "'unsafe-inline'"],
  imgSrc: [SELF, "data:", "blob:"],
  mediaSrc: ["blob:"],
  fontSrc: [SELF],
  connectSrc: [SELF],
  workerSrc: [SELF],
  manifestSrc: [SELF],
  frameAncestors: ["'none'"],
  baseUri: ["'none'"],
  formAction: [SELF],
};

/** Headers of every answer. Strict-Transport-Security is left to the proxy that has the certificate. */
export const securityHeaders: (request: IncomingMessage, response: ServerResponse, next: (error?: unknown) => void) => void = helmet({
  contentSecurityPolicy: { useDefaults: false, directives },
  crossOriginOpenerPolicy: { policy: "same-origin" },
  crossOriginResourcePolicy: { policy: "same-origin" },
  referrerPolicy: { policy: "no-referrer" },
  strictTransportSecurity: false,
  xFrameOptions: { action: "deny" },
});
