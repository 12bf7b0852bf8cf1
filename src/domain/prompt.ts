/** Characters (code points, as the API server counts maxLength) of the longest prompt: the limit of spec.prompt in crds/. */
export const PROMPT_MAX = 10_240;

/** Characters of a text, counted as the API server counts them. */
export const characters = (text: string): number => text.match(/[^]/gu)?.length ?? 0;
