import { Field } from "../ui/field.tsx";
import { Input } from "../ui/input.tsx";

export interface SecretFieldProps {
  label: string;
  value: string;
  onChange(secret: string): void;
  errors: readonly string[];
  required?: boolean;
  description?: string;
}

/** A secret on its way into the vault: typed or pasted, never shown, and no password manager offers to keep it. */
export function SecretField({ label, value, onChange, errors, required = false, description }: SecretFieldProps) {
  return (
    <Field
      label={label}
      htmlFor="credential-secret"
      required={required}
      errors={errors}
      description={description ?? "It goes into the vault and cannot be read again."}
    >
      <Input
        id="credential-secret"
        type="password"
        mono
        autoComplete="off"
        data-1p-ignore
        data-lpignore="true"
        maxLength={16_384}
        value={value}
        onChange={(event) => onChange(event.target.value)}
      />
    </Field>
  );
}
