import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "react-router/dom";
import { Toaster } from "sonner";
import { createQueryClient } from "../api/queries.ts";
import { TooltipProvider } from "../ui/tooltip.tsx";
import { ErrorBoundary } from "./error-boundary.tsx";
import { router } from "./router.tsx";
import { useTheme } from "./theme.ts";

const queryClient = createQueryClient();
const toastOptions = { className: "!bg-overlay !text-ink !border-line-strong !shadow-overlay !text-sm !font-sans" };

export function App() {
  const { theme } = useTheme();
  return (
    <ErrorBoundary>
      <QueryClientProvider client={queryClient}>
        <TooltipProvider>
          <RouterProvider router={router} />
          <Toaster theme={theme} position="bottom-center" offset={56} toastOptions={toastOptions} />
        </TooltipProvider>
      </QueryClientProvider>
    </ErrorBoundary>
  );
}
