/** The name of the model that comes with Coppice. */
export const EMBEDDED_MODEL = 'sprout';
