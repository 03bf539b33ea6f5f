import { useState } from "react";
import { Button } from "../ui/button.tsx";
import { Field } from "../ui/field.tsx";
import { Input } from "../ui/input.tsx";

export interface NewAccount {
  name: string;
  email: string;
  password: string;
}

export interface AccountFieldsProps {
  account: NewAccount;
  onChange(account: NewAccount): void;
  /** Below a path of the request. */
  errorsAt(field: keyof NewAccount): readonly string[];
  /** The address is given and cannot be another one. */
  isEmailFixed?: boolean;
}

/** What a new account needs. */
export function AccountFields({ account, onChange, errorsAt, isEmailFixed = false }: AccountFieldsProps) {
  return (
    <>
      <Field label="Name" htmlFor="account-name" required errors={errorsAt("name")}>
        <Input
          id="account-name"
          autoComplete="name"
          maxLength={200}
          value={account.name}
          onChange={(event) => onChange({ ...account, name: event.target.value })}
        />
      </Field>
      <EmailField value={account.email} errors={errorsAt("email")} readOnly={isEmailFixed} onChange={(email) => onChange({ ...account, email })} />
      <PasswordField
        label="Password"
        isNew
        value={account.password}
        errors={errorsAt("password")}
        onChange={(password) => onChange({ ...account, password })}
      />
    </>
  );
}

export interface TextFieldProps {
  value: string;
  onChange(text: string): void;
  errors: readonly string[];
}

export function EmailField({ value, onChange, errors, readOnly = false }: TextFieldProps & { readOnly?: boolean }) {
  return (
    <Field label="E-mail" htmlFor="account-email" required errors={errors}>
      <Input
        id="account-email"
        type="email"
        inputMode="email"
        autoComplete="username"
        maxLength={254}
        readOnly={readOnly}
        value={value}
        onChange={(event) => onChange(event.target.value)}
      />
    </Field>
  );
}

export interface PasswordFieldProps extends TextFieldProps {
  label: string;
  id?: string;
  /** It is being chosen, not proved. */
  isNew?: boolean;
}

/** A password of an account, which its owner may look at while typing. */
export function PasswordField({ label, id = "account-password", isNew = false, value, onChange, errors }: PasswordFieldProps) {
  const [isShown, setShown] = useState(false);
  const toggle = (
    <Button size="small" look="quiet" aria-pressed={isShown} aria-controls={id} onClick={() => setShown(!isShown)}>
      {isShown ? "Hide" : "Show"}
    </Button>
  );
  return (
    <Field
      label={label}
      htmlFor={id}
      required
      errors={errors}
      aside={isNew && toggle}
      description={isNew ? "At least 10 characters. A few words that only you would put together are good." : undefined}
    >
      <Input
        id={id}
        type={isShown ? "text" : "password"}
        autoComplete={isNew ? "new-password" : "current-password"}
        maxLength={200}
        value={value}
        onChange={(event) => onChange(event.target.value)}
      />
    </Field>
  );
}
