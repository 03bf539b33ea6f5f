import type { ReactNode } from "react";
import type { z } from "zod";
import { type Connection, changeConnection, createConnection } from "#server/contract/connections.ts";
import type { Route } from "#server/contract/route.ts";
import { errorText, hasCode } from "../api/api-problem.ts";
import { useChange } from "../api/queries.ts";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { Field } from "../ui/field.tsx";
import { FormError } from "../ui/form-error.tsx";
import { Input } from "../ui/input.tsx";
import { PersonNotice } from "../ui/person-notice.tsx";

type NewConnection = z.input<NonNullable<(typeof createConnection)["body"]>>;

/** Saves what a form of a connection says: a new one, or the changes of one that is there. */
export function useSaveConnection(connection: Connection | undefined, { stale, onSaved }: { stale: readonly Route[]; onSaved(saved: Connection): void }) {
  const create = useChange(createConnection, { stale });
  const change = useChange(changeConnection, { stale });
  return {
    /** Without settings only the name is changed. */
    save: ({ name, settings, ...made }: Pick<NewConnection, "kind" | "name"> & { settings?: NewConnection["settings"] | undefined }) => {
      const done = { onSuccess: onSaved };
      if (connection) change.mutate({ params: { id: connection.id }, body: { name, ...(settings && { settings }) } }, done);
      else if (settings) create.mutate({ body: { ...made, name, settings } as NewConnection }, done);
    },
    reset: () => {
      create.reset();
      change.reset();
    },
    error: create.error ?? change.error,
    isBusy: create.isPending || change.isPending,
  };
}

export interface ConnectionFormProps {
  /** Of the form, and the beginning of the ids of its fields. */
  id: string;
  /** The one that is changed. */
  connection: Connection | undefined;
  /** Of the dialog while a new one is made. */
  title: string;
  description: string;
  /** What its button says while a new one is made. */
  add: string;
  name: string;
  namePlaceholder?: string;
  onName(name: string): void;
  error: unknown;
  errorsOf(path: string): readonly string[];
  isBusy: boolean;
  isReady: boolean;
  onSave(): void;
  onClose(): void;
  /** What stands before the name. */
  before?: ReactNode;
  /** How it is reached: shown to those who may see it. */
  children: ReactNode;
}

/** Whether somebody gets to see how a connection is reached; who may not can still give it another name. */
export function knowsSettings(connection: Pick<Connection, "settings"> | undefined): boolean {
  return !connection || connection.settings !== null;
}

/** The dialog in which any kind of connection is set up or changed. */
export function ConnectionForm(props: ConnectionFormProps) {
  const { id, connection, name, error, errorsOf, isBusy, isReady, onClose } = props;
  const actions = (
    <>
      <Button look="quiet" onClick={onClose}>
        Cancel
      </Button>
      <Button look="primary" type="submit" form={id} busy={isBusy} disabled={!isReady}>
        {connection ? "Save" : props.add}
      </Button>
    </>
  );
  return (
    <Dialog open wide onClose={onClose} title={connection ? `Change "${connection.name}"` : props.title} description={props.description} actions={actions}>
      <form
        id={id}
        autoComplete="off"
        noValidate
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          if (isReady) props.onSave();
        }}
      >
        {error !== null &&
          error !== undefined &&
          (hasCode(error, "person-required") ? <PersonNotice what="Only a person says how a connection is made." /> : <FormError text={errorText(error)} />)}
        {props.before}
        <Field label="Name" htmlFor={`${id}-name`} required errors={errorsOf("/name")}>
          <Input id={`${id}-name`} maxLength={200} placeholder={props.namePlaceholder} value={name} onChange={(event) => props.onName(event.target.value)} />
        </Field>
        {knowsSettings(connection) ? props.children : <PersonNotice what="How it is reached is shown, and can be changed, only to a person." />}
      </form>
    </Dialog>
  );
}
