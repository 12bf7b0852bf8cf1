/** Random parts of objects as fixed words, so that outputs can be compared. */
export const masked = (text: string): string =>
  text.replace(/[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}/g, '<uid>');
