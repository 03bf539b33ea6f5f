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

/** The services a process offers, by name. */
export interface ServiceRegistry {
  /** Offers an implementation; the last one given wins. */
  provide<T>(service: Service<T>, implementation: T): void;
  /** Throws `Error` when nobody provided the service. */
  use<T>(service: Service<T>): T;
}

export function createServiceRegistry(): ServiceRegistry {
  const implementations = new Map<string, unknown>();
  return {
    provide: (service, implementation) => {
      implementations.set(service.name, implementation);
    },
    use: <T>(service: Service<T>) => {
      if (!implementations.has(service.name)) throw new Error(`No implementation of the service "${service.name}" was provided.`);
      return implementations.get(service.name) as T;
    },
  };
}
