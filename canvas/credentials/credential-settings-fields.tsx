import type { CredentialSettings } from "#server/contract/credentials.ts";
import { Field } from "../ui/field.tsx";
import { Input } from "../ui/input.tsx";
import { Select } from "../ui/select.tsx";
import { emptySettings, KIND_WORDS, KINDS } from "./credential-words.ts";

const KIND_OPTIONS = KINDS.map((kind) => ({ value: kind, label: KIND_WORDS[kind].label, detail: KIND_WORDS[kind].text }));
const PLACES = [
  { value: "header", label: "In a header" },
  { value: "query", label: "In the query" },
];

export interface CredentialSettingsFieldsProps {
  settings: CredentialSettings;
  onChange(settings: CredentialSettings): void;
  errorsAt(path: string): readonly string[];
}

/** How a credential is sent: its kind, and what that kind needs beside the secret. */
export function CredentialSettingsFields({ settings, onChange, errorsAt }: CredentialSettingsFieldsProps) {
  const setKind = (chosen: string) => {
    const kind = KINDS.find((each) => each === chosen);
    if (kind && kind !== settings.kind) onChange(emptySettings(kind));
  };
  return (
    <>
      <Field label="Kind" htmlFor="credential-kind" description={KIND_WORDS[settings.kind].text}>
        <Select id="credential-kind" value={settings.kind} options={KIND_OPTIONS} onChange={setKind} />
      </Field>
      <OfKind settings={settings} onChange={onChange} errorsAt={errorsAt} />
    </>
  );
}

function OfKind({ settings, onChange, errorsAt }: CredentialSettingsFieldsProps) {
  const field = (member: string, about: Omit<SettingFieldProps, "member" | "errors">) => (
    <SettingField member={member} errors={errorsAt(`/settings/${member}`)} {...about} />
  );
  switch (settings.kind) {
    case "bearer":
      return null;
    case "api-key":
      return (
        <div className="grid grid-cols-2 gap-4 max-sm:grid-cols-1">
          <Field label="Where" htmlFor="credential-in">
            <Select
              id="credential-in"
              value={settings.in}
              options={PLACES}
              onChange={(place) => onChange({ ...settings, in: place === "query" ? "query" : "header" })}
            />
          </Field>
          {field("name", {
            label: settings.in === "header" ? "Header" : "Parameter",
            isRequired: true,
            value: settings.name,
            onChange: (name) => onChange({ ...settings, name }),
          })}
        </div>
      );
    case "basic":
      return field("username", { label: "User", value: settings.username, onChange: (username) => onChange({ ...settings, username }) });
    case "header":
      return field("name", {
        label: "Header",
        isRequired: true,
        placeholder: "X-Auth-Token",
        value: settings.name,
        onChange: (name) => onChange({ ...settings, name }),
      });
    case "oauth2-client":
      return (
        <>
          {field("tokenUrl", {
            label: "Token address",
            isRequired: true,
            placeholder: "https://login.example.org/oauth/token",
            value: settings.tokenUrl,
            onChange: (tokenUrl) => onChange({ ...settings, tokenUrl }),
          })}
          {field("clientId", { label: "Client id", isRequired: true, value: settings.clientId, onChange: (clientId) => onChange({ ...settings, clientId }) })}
          {field("scope", {
            label: "Scope",
            description: "As the service names them, with spaces between; often empty.",
            value: settings.scope,
            onChange: (scope) => onChange({ ...settings, scope }),
          })}
        </>
      );
  }
}

interface SettingFieldProps {
  member: string;
  label: string;
  value: string;
  onChange(text: string): void;
  errors: readonly string[];
  isRequired?: boolean;
  placeholder?: string;
  description?: string;
}

function SettingField({ member, label, value, onChange, errors, isRequired = false, placeholder, description }: SettingFieldProps) {
  const id = `credential-setting-${member}`;
  return (
    <Field label={label} htmlFor={id} required={isRequired} errors={errors} description={description}>
      <Input id={id} mono placeholder={placeholder} maxLength={2_000} value={value} onChange={(event) => onChange(event.target.value)} />
    </Field>
  );
}
