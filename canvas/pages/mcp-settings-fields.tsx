import { Field } from "../ui/field.tsx";
import { Input } from "../ui/input.tsx";
import { Select } from "../ui/select.tsx";
import { Switch } from "../ui/switch.tsx";
import { McpCommandFields } from "./mcp-command-fields.tsx";
import { McpRemoteFields } from "./mcp-remote-fields.tsx";
import { type SettingsDraft, type SettingsFieldsProps, samplingTokensOf } from "./mcp-settings-draft.ts";
import { ModelChoice } from "./model-choice.tsx";

const TRANSPORTS: { value: SettingsDraft["transport"]; label: string; detail: string }[] = [
  { value: "stdio", label: "Program on this machine", detail: "Heddle starts it and speaks over its standard input and output." },
  { value: "http", label: "Streamable HTTP", detail: "A server at an address: what most of them offer." },
  { value: "sse", label: "HTTP with server-sent events", detail: "The older way, for servers that offer nothing else." },
];

const SAMPLING: { value: SettingsDraft["sampling"]; label: string; detail: string }[] = [
  { value: "off", label: "Refuse", detail: "The server goes on without an answer." },
  { value: "ask", label: "A person answers", detail: "They see the messages, and the run waits for what they write." },
  { value: "model", label: "A model answers", detail: "One of yours, within tokens that you set. What the server asks is sent to its provider." },
];

/** How an MCP server is reached, and what it may ask for. */
export function McpSettingsFields(props: SettingsFieldsProps) {
  const { draft, onChange } = props;
  return (
    <>
      <Field label="Transport" htmlFor="connection-transport">
        <Select
          id="connection-transport"
          value={draft.transport}
          options={TRANSPORTS}
          onChange={(value) => onChange({ ...draft, transport: TRANSPORTS.find((known) => known.value === value)?.value ?? draft.transport })}
        />
      </Field>
      {draft.transport === "stdio" ? <McpCommandFields {...props} /> : <McpRemoteFields {...props} />}
      <Field
        label="Ask people"
        htmlFor="connection-elicitation"
        description="The server may ask for values, or for a visit to a page, in the middle of a call. The run then waits for a person, and the calls of this server follow one another. Otherwise such questions are declined."
        inline
      >
        <Switch id="connection-elicitation" label="Ask people" checked={draft.asksPeople} onChange={(asksPeople) => onChange({ ...draft, asksPeople })} />
      </Field>
      <Field
        label="When it asks a model"
        htmlFor="connection-sampling"
        description="The server may ask for what a model would say, in the middle of a call. Where somebody answers, the calls of this server follow one another."
      >
        <Select
          id="connection-sampling"
          value={draft.sampling}
          options={SAMPLING}
          onChange={(value) => onChange({ ...draft, sampling: SAMPLING.find((known) => known.value === value)?.value ?? draft.sampling })}
        />
      </Field>
      {draft.sampling === "model" && <SamplingModel {...props} />}
    </>
  );
}

/** Which model answers, and how much it may write. */
function SamplingModel({ draft, onChange, errorsAt }: SettingsFieldsProps) {
  const errors = samplingTokensOf(draft.samplingTokens) === undefined ? ["A whole number from 1 to 100,000."] : [];
  return (
    <>
      <ModelChoice
        id="connection-sampling"
        connection={draft.samplingConnection}
        model={draft.samplingModel}
        onConnection={(samplingConnection) => onChange({ ...draft, samplingConnection })}
        onModel={(samplingModel) => onChange({ ...draft, samplingModel })}
        errors={{ connection: errorsAt("/settings/sampling/connection"), model: errorsAt("/settings/sampling/model") }}
      />
      <Field
        label="Tokens it may write"
        htmlFor="connection-sampling-tokens"
        required
        description="In all, for one call of a tool. What it costs is charged to the run, and kept within its budget."
        errors={[...errors, ...errorsAt("/settings/sampling/maxTokens")]}
      >
        <Input
          id="connection-sampling-tokens"
          inputMode="numeric"
          maxLength={6}
          value={draft.samplingTokens}
          onChange={(event) => onChange({ ...draft, samplingTokens: event.target.value })}
        />
      </Field>
    </>
  );
}
