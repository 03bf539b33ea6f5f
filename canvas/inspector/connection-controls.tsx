import { useContext } from "react";
import { Link } from "react-router";
import { connectionIdSchema } from "#runtime/graph/ids.ts";
import type { FieldHint } from "#runtime/node/fields.ts";
import { listConnections, listTools } from "#server/contract/connections.ts";
import { errorText } from "../api/api-problem.ts";
import { Elsewhere } from "../api/elsewhere.ts";
import { useApi } from "../api/queries.ts";
import { useMay } from "../session/use-may.ts";
import { Select, type SelectOption } from "../ui/select.tsx";
import { Spinner } from "../ui/spinner.tsx";
import { StatusDot } from "../ui/status.tsx";
import { type ControlProps, useForm } from "./form-context.ts";
import { MembersOnly } from "./members-only.tsx";

/** One of the connections of a kind. */
export function ConnectionControl({ id, value, onChange, invalid, kind }: ControlProps & { kind: NonNullable<FieldHint["connection"]> }) {
  const { readOnly } = useForm();
  const mayList = useMay("connection.read");
  const isElsewhere = useContext(Elsewhere) !== undefined;
  const { data, error } = useApi(listConnections, { query: { limit: 200 } }, { enabled: mayList });
  const connections = (data?.items ?? []).filter((connection) => connection.kind === kind);
  const options = connections.map(({ id: connection, name, health }) => ({ value: connection, label: name, icon: <StatusDot health={health.state} /> }));
  return (
    <div className="flex flex-col gap-1.5">
      <Select
        id={id}
        value={typeof value === "string" ? value : undefined}
        options={withCurrent(options, value)}
        onChange={onChange}
        invalid={invalid}
        disabled={readOnly}
        placeholder={data && connections.length === 0 ? "No connections yet" : "Choose a connection…"}
      />
      {error && <p className="text-danger text-xs">{errorText(error)}</p>}
      {!readOnly && <MembersOnly action="connection.read" what="connections" />}
      {!readOnly && mayList && !isElsewhere && (
        <Link to="/connections" className="self-start text-accent text-xs hover:underline">
          {data && connections.length === 0 ? "Set up a connection" : "Manage connections"}
        </Link>
      )}
    </div>
  );
}

/** One of the tools of the connection chosen beside it. */
export function ToolControl({ id, value, onChange, invalid, connectionField }: ControlProps & { connectionField: string }) {
  const { readOnly, values } = useForm();
  const connection = connectionIdSchema.safeParse(values[connectionField]);
  const params = { id: connection.data ?? connectionIdSchema.parse("conn_none") };
  const mayList = useMay("connection.read");
  const { data, error, isFetching } = useApi(listTools, { params }, { enabled: connection.success && mayList });
  const options = (data?.items ?? []).map(({ name, title, description }) => ({
    value: name,
    label: title ?? name,
    ...(description && { detail: description }),
  }));
  return (
    <div className="flex flex-col gap-1.5">
      <Select
        id={id}
        value={typeof value === "string" && value !== "" ? value : undefined}
        options={withCurrent(options, value)}
        onChange={onChange}
        invalid={invalid}
        disabled={readOnly || !connection.success || !mayList}
        placeholder={connection.success ? "Choose a tool…" : "Choose a connection first"}
      />
      {isFetching && !data && (
        <p className="flex items-center gap-1.5 text-ink-faint text-xs">
          <Spinner size={12} /> Asking the server for its tools
        </p>
      )}
      {error && <p className="text-danger text-xs">{errorText(error)}</p>}
    </div>
  );
}

/** What is set stays visible when the list does not have it (yet). */
function withCurrent(options: readonly SelectOption[], value: unknown): readonly SelectOption[] {
  if (typeof value !== "string" || value === "" || options.some((option) => option.value === value)) return options;
  return [...options, { value, label: value }];
}
