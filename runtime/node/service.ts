import type { GraphId, RunId } from "../graph/ids.ts";

/**
 * What a node needs from the outside world (an MCP client, a sandbox, an HTTP client) is a service: an interface
 * declared in `nodes/kit/<family>/service.ts`, implemented by the server, and handed over by `context.use(service)`.
 */
export interface Service<T> {
  /** Unique name, used in messages when nobody provided the service. */
  readonly name: string;
  /** Never set: carries the interface through type inference. */
  readonly provides?: T;
}

/** Declares a service. The name must be unique in the process. */
export function defineService<T>(name: string): Service<T> {
  return { name };
}

/** For whom a service works: one attempt of a node run. */
export interface ServiceScope {
  workspace: string;
  run: RunId;
  /** The graph that runs. */
  graph: GraphId;
  /** The type of the node that asks. */
  nodeType: string;
  /** From here on nothing the attempt records or shows holds this text, or a usual encoding of it. */
  conceal(secret: string): void;
}

/** The services a process offers, by name. */
export interface ServiceRegistry {
  /** Offers an implementation, the same for everybody; the last one given wins. */
  provide<T>(service: Service<T>, implementation: T): void;
  /** Offers an implementation that depends on who asks. */
  provideFor<T>(service: Service<T>, make: (scope: ServiceScope) => T): void;
  /** Throws `Error` when nobody provided the service. */
  use<T>(service: Service<T>, scope: ServiceScope): T;
}

export function createServiceRegistry(): ServiceRegistry {
  const makers = new Map<string, (scope: ServiceScope) => unknown>();
  return {
    provide: (service, implementation) => {
      makers.set(service.name, () => implementation);
    },
    provideFor: (service, make) => {
      makers.set(service.name, make);
    },
    use: <T>(service: Service<T>, scope: ServiceScope) => {
      const make = makers.get(service.name);
      if (!make) throw new Error(`No implementation of the service "${service.name}" was provided.`);
      return make(scope) as T;
    },
  };
}
