/**
 * A PDF's pages as pictures, made in the browser: the server never opens PDFs. pdf.js is loaded with
 * the first one, from our own origin.
 */
import type { PDFDocumentProxy } from 'pdfjs-dist';

/** Slides are shown in less; text stays sharp. */
const PAGE_WIDTH = 1920;
const MOST_HEIGHT = 2160;
const MOST_PAGES = 200;

export type Page = { readonly page: number; readonly of: number; readonly picture: Blob };

export function isPdf(file: File): boolean {
  return file.type === 'application/pdf' || file.name.toLowerCase().endsWith('.pdf');
}

/** One after the other; throws where the file is no PDF or is locked. */
export async function* pagesOf(file: File): AsyncGenerator<Page, void> {
  const pdf = await import('pdfjs-dist');
  pdf.GlobalWorkerOptions.workerSrc = '/pdfjs/pdf.worker.min.mjs';
  const data = new Uint8Array(await file.arrayBuffer());
  // Nothing in a document may run or be fetched.
  const task = pdf.getDocument({ data, enableXfa: false, useWasm: false });
  try {
    const document = await task.promise;
    const of = Math.min(MOST_PAGES, document.numPages);
    for (let page = 1; page <= of; page += 1) {
      yield { page, of, picture: await drawn(document, page) };
    }
  } finally {
    await task.destroy();
  }
}

async function drawn(document: PDFDocumentProxy, number: number): Promise<Blob> {
  const page = await document.getPage(number);
  const { width, height } = page.getViewport({ scale: 1 });
  const viewport = page.getViewport({ scale: Math.min(PAGE_WIDTH / width, MOST_HEIGHT / height) });
  const canvas = globalThis.document.createElement('canvas');
  canvas.width = Math.round(viewport.width);
  canvas.height = Math.round(viewport.height);
  await page.render({ canvas, viewport, background: '#ffffff' }).promise;
  page.cleanup();
  const picture = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/png'));
  if (!picture) throw new Error('The page could not be drawn');
  return picture;
}
