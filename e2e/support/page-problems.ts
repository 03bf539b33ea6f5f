import type { BrowserContext } from "playwright/test";

export interface PageProblems {
  /** Watches every page of a context, present and future. */
  watch(context: BrowserContext): Promise<void>;
  /** Expects errors of this kind from here on (a journey that provokes a refusal, or stops the server). */
  allow(pattern: RegExp): void;
  found(): readonly string[];
}

/** The browser looks for a newer service worker by itself, whenever it likes: also while a journey has stopped the server. */
const ALWAYS_ALLOWED = [/An unknown error occurred when fetching the script/];

export function watchProblems(): PageProblems {
  const found: string[] = [];
  const allowed: RegExp[] = [...ALWAYS_ALLOWED];
  const add = (problem: string) => {
    if (!allowed.some((pattern) => pattern.test(problem))) found.push(problem);
  };
  return {
    watch: async (context) => {
      context.on("console", (message) => {
        if (message.type() === "error") add(`console: ${message.text()} (${message.location().url})`);
      });
      context.on("weberror", (problem) => add(`page: ${problem.error().stack ?? problem.error().message}`));
      await context.addInitScript(() => {
        addEventListener("securitypolicyviolation", ({ violatedDirective, blockedURI }) => {
          console.error(`Content-Security-Policy ${violatedDirective} refused ${blockedURI}`);
        });
      });
    },
    allow: (pattern) => {
      allowed.push(pattern);
    },
    found: () => found,
  };
}
