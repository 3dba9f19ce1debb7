// Files that are dropped onto the page: graphs to look at.

import { say } from '../../lib/say.js';

/**
 * @param {HTMLElement} element @param {import('../../app/api.js').Api} api
 * @param {(graph: string, name: string) => void} onOpen @param {(message: string) => void} tell
 */
export function acceptFiles(element, api, onOpen, tell) {
  const holdsFiles = (/** @type {DragEvent} */ event) => [...(event.dataTransfer?.types ?? [])].includes('Files');
  const over = (/** @type {DragEvent} */ event) => {
    if (!holdsFiles(event)) return;
    event.preventDefault();
    element.classList.add('dropping');
  };
  const leave = (/** @type {DragEvent} */ event) => {
    if (!element.contains(/** @type {Node | null} */ (event.relatedTarget))) element.classList.remove('dropping');
  };
  const drop = async (/** @type {DragEvent} */ event) => {
    if (!holdsFiles(event)) return;
    event.preventDefault();
    element.classList.remove('dropping');
    const file = event.dataTransfer?.files[0];
    if (!file) return;
    tell(say('drop.reading', { file: file.name }));
    try {
      const { graph } = await api.post('api/graphs/open', { name: file.name }, file);
      onOpen(graph, file.name);
    } catch (error) {
      tell(/** @type {Error} */ (error).message);
    }
  };
  addEventListener('dragover', over);
  addEventListener('dragleave', leave);
  addEventListener('drop', drop);
  return () => {
    removeEventListener('dragover', over);
    removeEventListener('dragleave', leave);
    removeEventListener('drop', drop);
  };
}
