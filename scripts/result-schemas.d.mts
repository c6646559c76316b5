/** Each schema's text by its name. */
export function resultSchemas(): ReadonlyMap<string, string>;
/** The file of a schema. */
export function schemaFile(name: string): string;
