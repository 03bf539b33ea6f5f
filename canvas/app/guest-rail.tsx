import { LogIn } from "lucide-react";
import { Link, useLocation } from "react-router";
import { signInAddress } from "../session/where-to.ts";
import { Tooltip } from "../ui/tooltip.tsx";
import { Logo } from "./logo.tsx";
import { ThemeButton } from "./theme-button.tsx";

/** Beside the one graph that somebody without an account may look at. */
export function GuestRail() {
  const { pathname } = useLocation();
  return (
    <nav aria-label="Main" className="flex w-12 shrink-0 flex-col items-center gap-1 border-line border-r bg-surface py-2">
      <span className="mb-2 p-1">
        <Logo size={24} />
      </span>
      <div className="flex-1" />
      <ThemeButton />
      <Tooltip text="Sign in" side="right">
        <Link
          to={signInAddress(pathname)}
          aria-label="Sign in"
          className="flex size-8 items-center justify-center rounded-md text-ink-muted hover:bg-hover hover:text-ink"
        >
          <LogIn size={17} aria-hidden />
        </Link>
      </Tooltip>
    </nav>
  );
}
