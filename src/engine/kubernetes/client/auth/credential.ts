/** What proves to the API server who is asking. */
export interface Credential {
  /** The Authorization header. */
  authorization?: string;
  /** A client certificate and its key, PEM. */
  cert?: string;
  key?: string;
}

export interface CredentialSource {
  /** What to do when the server refuses the credential. */
  readonly advice: string;
  /** The credential that holds now. Rejects with Unauthorized when there is none to be had. */
  get(): Promise<Credential>;
  /** Told of a refused credential: true when get() may answer another one now. */
  renew(refused: Credential): boolean;
}

export interface Loaded {
  credential: Credential;
  /** Until when it holds, in ms since 1970; without end when absent. */
  expires?: number;
}

export const fixedCredential = (credential: Credential, advice: string): CredentialSource => ({
  advice,
  get: () => Promise.resolve(credential),
  renew: () => false,
});

/** Keeps a loaded credential until it expires or is refused; requests that come meanwhile wait for one and the same load. */
export function renewable(load: () => Promise<Loaded>, advice: string, now = Date.now): CredentialSource {
  let kept: Promise<Loaded> | undefined;
  let loaded: Loaded | undefined;
  return {
    advice,
    async get() {
      if (loaded?.expires !== undefined && loaded.expires <= now()) kept = loaded = undefined;
      const current = (kept ??= load());
      try {
        const got = await current;
        if (kept === current) loaded = got;
        return got.credential;
      } catch (error) {
        if (kept === current) kept = loaded = undefined;
        throw error;
      }
    },
    renew(refused) {
      if (loaded?.credential === refused) kept = loaded = undefined;
      return true;
    },
  };
}
