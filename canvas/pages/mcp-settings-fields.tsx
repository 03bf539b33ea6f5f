import { Field } from "../ui/field.tsx";
import { Select } from "../ui/select.tsx";
import { Switch } from "../ui/switch.tsx";
import { McpCommandFields } from "./mcp-command-fields.tsx";
import { McpRemoteFields } from "./mcp-remote-fields.tsx";
import type { SettingsDraft, SettingsFieldsProps } from "./mcp-settings-draft.ts";

const TRANSPORTS: { value: SettingsDraft["transport"]; label: string; detail: string }[] = [
  { value: "stdio", label: "Program on this machine", detail: "Heddle starts it and speaks over its standard input and output." },
  { value: "http", label: "Streamable HTTP", detail: "A server at an address: what most of them offer." },
  { value: "sse", label: "HTTP with server-sent events", detail: "The older way, for servers that offer nothing else." },
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
        label="Ask for answers of a model"
        htmlFor="connection-sampling"
        description="The server may ask for what a model would say. A person sees the messages and writes the answer. Otherwise this is refused."
        inline
      >
        <Switch
          id="connection-sampling"
          label="Ask for answers of a model"
          checked={draft.asksForModel}
          onChange={(asksForModel) => onChange({ ...draft, asksForModel })}
        />
      </Field>
    </>
  );
}
