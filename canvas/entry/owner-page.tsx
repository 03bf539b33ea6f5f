import { useState } from "react";
import { useParams } from "react-router";
import { createOwner } from "#server/contract/session.ts";
import { useRouteForm } from "../api/use-route-form.ts";
import { Button } from "../ui/button.tsx";
import { FormError } from "../ui/form-error.tsx";
import { AccountFields, type NewAccount } from "./account-fields.tsx";
import { EntryCard } from "./entry-card.tsx";
import { TextLink } from "./text-link.tsx";

/** Makes the first account of an installation in team mode, with the link that was printed. */
export function OwnerPage() {
  const { token = "" } = useParams();
  const [account, setAccount] = useState<NewAccount>({ name: "", email: "", password: "" });
  const form = useRouteForm(createOwner, { onDone: () => location.assign("/") });
  const errorsAt = (field: keyof NewAccount) => form.errorsAt(`/${field}`);
  const isTold = (["name", "email", "password"] as const).some((field) => errorsAt(field).length > 0);
  return (
    <EntryCard
      title="Make the first account"
      text="It owns this installation and everything that was made in it so far. You can invite others once you are in."
      foot={
        <>
          Is there an owner already? <TextLink to="/sign-in">Sign in</TextLink>
        </>
      }
    >
      <form className="flex flex-col gap-4" {...form.formProps(() => ({ token, ...account }))}>
        {!isTold && <FormError text={form.errorsAt("/token").length > 0 ? "This is no link of Heddle's. Copy all of it from the log." : form.problem} />}
        <AccountFields account={account} onChange={setAccount} errorsAt={errorsAt} />
        <Button type="submit" look="primary" size="large" busy={form.isBusy}>
          Make the account
        </Button>
      </form>
    </EntryCard>
  );
}
