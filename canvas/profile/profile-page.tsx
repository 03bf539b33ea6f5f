import { useState } from "react";
import { toast } from "sonner";
import { changePassword, changeProfile, readProfile, readSession } from "#server/contract/session.ts";
import { errorText } from "../api/api-problem.ts";
import { useApi } from "../api/queries.ts";
import { useRouteForm } from "../api/use-route-form.ts";
import { PasswordField } from "../entry/account-fields.tsx";
import { PageFrame } from "../pages/page-frame.tsx";
import { useSession } from "../session/use-session.ts";
import { TeamModeNotice } from "../settings/team-mode-notice.tsx";
import { Button } from "../ui/button.tsx";
import { Field } from "../ui/field.tsx";
import { FormError } from "../ui/form-error.tsx";
import { Input } from "../ui/input.tsx";
import { LoadError } from "../ui/load-error.tsx";
import { Card, Section } from "../ui/section.tsx";
import { SkeletonRows } from "../ui/skeleton.tsx";
import { Sessions } from "./sessions.tsx";

/** One's own account. */
export function ProfilePage() {
  const isUser = useSession()?.caller.kind === "user";
  return (
    <PageFrame title="Profile" text="Your account here, in every workspace.">
      {isUser ? <Account /> : <TeamModeNotice />}
    </PageFrame>
  );
}

function Account() {
  const profile = useApi(readProfile, {});
  if (!profile.data) {
    if (!profile.error) return <SkeletonRows rows={3} label="Loading your profile" />;
    return (
      <LoadError title="Your profile could not be loaded" text={errorText(profile.error)} busy={profile.isFetching} onRetry={() => void profile.refetch()} />
    );
  }
  return (
    <div className="flex max-w-2xl flex-col gap-8">
      <NameSection name={profile.data.name} email={profile.data.email} />
      {profile.data.hasPassword && <PasswordSection email={profile.data.email} />}
      <Sessions />
    </div>
  );
}

function NameSection({ name: current, email }: { name: string; email: string }) {
  const [name, setName] = useState(current);
  const form = useRouteForm(changeProfile, { stale: [readProfile, readSession], onDone: () => toast.success("Your name is changed") });
  const errors = form.errorsAt("/name");
  return (
    <Section title="You">
      <Card>
        <form className="flex flex-col gap-4" {...form.formProps(() => ({ name }))}>
          {errors.length === 0 && <FormError text={form.problem} />}
          <Field label="E-mail" htmlFor="profile-email" description="You sign in with it.">
            <Input id="profile-email" readOnly value={email} />
          </Field>
          <Field label="Name" htmlFor="profile-name" required errors={errors} description="Others see it beside what you do.">
            <Input id="profile-name" autoComplete="name" maxLength={200} value={name} onChange={(event) => setName(event.target.value)} />
          </Field>
          <Button type="submit" look="primary" className="self-start" busy={form.isBusy} disabled={name === current}>
            Save
          </Button>
        </form>
      </Card>
    </Section>
  );
}

function PasswordSection({ email }: { email: string }) {
  const [current, setCurrent] = useState("");
  const [password, setPassword] = useState("");
  const form = useRouteForm(changePassword, {
    onDone: () => {
      setCurrent("");
      setPassword("");
      toast.success("Your password is changed", { description: "You are signed out in every other browser." });
    },
  });
  const currentErrors = form.errorsAt("/current");
  const passwordErrors = form.errorsAt("/password");
  return (
    <Section title="Password" text="A change signs you out in every other browser.">
      <Card>
        <form className="flex flex-col gap-4" {...form.formProps(() => ({ current, password }))}>
          {currentErrors.length + passwordErrors.length === 0 && <FormError text={form.problem} />}
          {/* for password managers: whose password it is */}
          <input type="text" name="username" autoComplete="username" value={email} readOnly hidden />
          <PasswordField id="profile-current" label="Present password" value={current} onChange={setCurrent} errors={currentErrors} />
          <PasswordField id="profile-password" label="New password" isNew value={password} onChange={setPassword} errors={passwordErrors} />
          <Button type="submit" look="primary" className="self-start" busy={form.isBusy} disabled={current === "" || password === ""}>
            Change the password
          </Button>
        </form>
      </Card>
    </Section>
  );
}
