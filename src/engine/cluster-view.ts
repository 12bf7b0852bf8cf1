/** Any object of a cluster; the caller that asks for a kind knows its fields. */
export interface ClusterObject {
  metadata: { name: string; namespace?: string; labels?: Record<string, string>; resourceVersion?: string };
}

/** Something that a caller may or may not do, in the words of RBAC. */
export interface Access {
  namespace: string;
  verb: string;
  group: string;
  resource: string;
  subresource?: string;
}

/** Reads a cluster, for `doctor` and the settings. Changes nothing. Every failure is a BgtaskError, Forbidden among them. */
export interface ClusterView {
  /** The cluster's name in the kubeconfig, and the API server's URL. */
  readonly place: { name: string; server: string };
  /** The API server's version, e.g. `v1.35.4`. */
  version(): Promise<string>;
  /** Undefined when the object, or its kind, is not there; `apiVersion` for another version than the usual one of the kind. */
  get<T extends ClusterObject>(
    kind: string,
    key: { namespace?: string; name: string; apiVersion?: string },
  ): Promise<T | undefined>;
  /** Empty when the kind is not there. */
  list<T extends ClusterObject>(
    kind: string,
    options: { namespace?: string; labelSelector?: string },
  ): Promise<T[]>;
  /** What the API server answers at a path of its discovery. Throws NotFound for a group that it does not serve. */
  discover(path: string): Promise<unknown>;
  /** The schema of a kind of ours as the API server publishes it to all signed-in users, or undefined if it does not serve the kind. */
  schema(kind: string): Promise<unknown>;
  may(access: Access): Promise<boolean>;
}
