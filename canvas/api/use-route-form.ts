import { type FormEvent, useEffect, useRef, useState } from "react";
import type { z } from "zod";
import { pointer } from "#runtime/graph/json.ts";
import type { Route } from "#server/contract/route.ts";
import { errorsAt, errorText } from "./api-problem.ts";
import type { Given } from "./client.ts";
import { useChange } from "./queries.ts";

interface Fault {
  path: string;
  message: string;
}

export interface RouteFormOptions<Query extends z.ZodObject, Params extends z.ZodObject, Answer extends z.ZodType> {
  /** What goes along with the body. */
  given?: { params?: z.input<Params>; query?: z.input<Query> };
  stale?: readonly Pick<Route, "id">[];
  onDone(answer: z.output<Answer>): void;
}

/**
 * A form that is sent to a route. What does not fit is told at its field, by the contract before anything is sent and by the server after;
 * the focus goes to the first such field.
 */
export function useRouteForm<Params extends z.ZodObject, Query extends z.ZodObject, Body extends z.ZodType, Answer extends z.ZodType>(
  route: Route<Params, Query, Body, Answer>,
  { given = {}, stale = [], onDone }: RouteFormOptions<Query, Params, Answer>,
) {
  const change = useChange(route, { stale });
  const [faults, setFaults] = useState<readonly Fault[]>([]);
  const form = useRef<HTMLFormElement | null>(null);
  const { error, isPending } = change;
  useEffect(() => {
    if (error || faults.length > 0) form.current?.querySelector<HTMLElement>("[aria-invalid=true]")?.focus();
  }, [error, faults]);

  const send = (body: unknown) => {
    if (isPending) return;
    const found = faultsOf(route.body, body);
    setFaults(found);
    change.reset();
    // the contract has just taken it
    if (found.length === 0) change.mutate({ ...given, body } as Given<Params, Query, Body>, { onSuccess: onDone });
  };
  const at = (path: string) => [...messagesAt(faults, path), ...errorsAt(error, path)];
  return {
    isBusy: isPending,
    error,
    errorsAt: at,
    /** What went wrong with the whole; undefined when fields tell it. */
    problem: error ? errorText(error) : undefined,
    /** For the `form` element; `body` is asked for when it is sent. */
    formProps: (body: () => unknown) => ({
      ref: form,
      noValidate: true,
      onSubmit: (event: FormEvent) => {
        event.preventDefault();
        // a form in a dialog that a form opened is its own
        event.stopPropagation();
        send(body());
      },
    }),
  };
}

/** What of a body does not fit its schema. */
export function faultsOf(schema: z.ZodType | undefined, body: unknown): Fault[] {
  const parsed = schema?.safeParse(body);
  return parsed?.error ? parsed.error.issues.map(({ path, message }) => ({ path: pointer(path), message })) : [];
}

function messagesAt(faults: readonly Fault[], path: string): string[] {
  return faults.filter((fault) => fault.path === path || fault.path.startsWith(`${path}/`)).map(({ message }) => message);
}
