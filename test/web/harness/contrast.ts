import type { Page } from 'playwright-core';

/** The least contrast of text (WCAG 2.2, 1.4.3). */
const LEAST = 4.5;

interface SeenText {
  text: string;
  /** Red, green and blue, 0 to 255. */
  front: readonly number[];
  back: readonly number[];
}

/** The texts that are seen, with their colours as a canvas mixes them: any notation, any transparency. */
const seenTexts = (page: Page): Promise<SeenText[]> =>
  page.evaluate(() => {
    const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
    if (!canvas) throw new Error('no canvas');
    const mixed = (colours: readonly string[]): number[] => {
      for (const colour of ['white', ...colours]) {
        canvas.fillStyle = colour;
        canvas.fillRect(0, 0, 1, 1);
      }
      return Array.from(canvas.getImageData(0, 0, 1, 1).data).slice(0, 3);
    };
    const grounds = (element: Element | null): string[] =>
      element ? [...grounds(element.parentElement), getComputedStyle(element).backgroundColor] : [];
    return [...document.querySelectorAll<HTMLElement>('body *')]
      .filter(
        (element) =>
          element.checkVisibility() &&
          [...element.childNodes].some(
            (node) => node.nodeType === Node.TEXT_NODE && node.textContent?.trim(),
          ),
      )
      .map((element) => {
        const behind = grounds(element);
        return {
          text: element.textContent?.trim().slice(0, 40) ?? '',
          front: mixed([...behind, getComputedStyle(element).color]),
          back: mixed(behind),
        };
      });
  });

/** Relative luminance, by WCAG's formula. */
function luminance(rgb: readonly number[]): number {
  const [r = 0, g = 0, b = 0] = rgb.map((value) => {
    const part = value / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

/** Texts of the page that are hard to read, each with its contrast. */
export async function contrastFaults(page: Page): Promise<string[]> {
  return (await seenTexts(page)).flatMap(({ text, front, back }) => {
    const [one, other] = [luminance(front), luminance(back)];
    const ratio = (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
    return ratio < LEAST ? [`${text}: ${ratio.toFixed(2)}`] : [];
  });
}
