import { Link } from "react-router";
import { connectionIdSchema } from "#runtime/graph/ids.ts";
import { listConnections } from "#server/contract/connections.ts";
import { listConnectionModels } from "#server/contract/models.ts";
import { useApi } from "../api/queries.ts";
import { Field } from "../ui/field.tsx";
import { Input } from "../ui/input.tsx";
import { Select } from "../ui/select.tsx";

export interface ModelChoiceProps {
  /** The beginning of the ids of its fields. */
  id: string;
  connection: string;
  /** Empty: the one that the connection usually uses. */
  model: string;
  onConnection(connection: string): void;
  onModel(model: string): void;
  errors: { connection: readonly string[]; model: readonly string[] };
}

/** A model provider, and which of its models. */
export function ModelChoice({ id, connection, model, onConnection, onModel, errors }: ModelChoiceProps) {
  const { data } = useApi(listConnections, { query: { limit: 200, kind: "model" } });
  const chosen = connectionIdSchema.safeParse(connection);
  const models = useApi(listConnectionModels, { params: { id: chosen.data ?? connectionIdSchema.parse("conn_none") } }, { enabled: chosen.success });
  const hasNone = data?.items.length === 0;
  return (
    <div className="grid grid-cols-2 gap-4 max-md:grid-cols-1">
      <Field label="Model provider" htmlFor={`${id}-connection`} required errors={errors.connection}>
        <Select
          id={`${id}-connection`}
          value={connection === "" ? undefined : connection}
          options={data?.items.map(({ id: value, name }) => ({ value, label: name })) ?? []}
          onChange={onConnection}
          placeholder={hasNone ? "No model provider yet" : "Choose a provider…"}
        />
        {hasNone && (
          <Link to="/connections" className="self-start text-accent text-xs hover:underline">
            Add a model provider
          </Link>
        )}
      </Field>
      <Field label="Model" htmlFor={`${id}-model`} description="Empty: the one the provider's connection usually uses." errors={errors.model}>
        <Input id={`${id}-model`} list={`${id}-models`} maxLength={200} value={model} onChange={(event) => onModel(event.target.value)} />
        <datalist id={`${id}-models`}>
          {models.data?.items.map((each) => (
            <option key={each.model} value={each.model} />
          ))}
        </datalist>
      </Field>
    </div>
  );
}
