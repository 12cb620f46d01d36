/**
 * Background deletion for kinds that own nothing. The provider's default is foreground, which needs a garbage
 * collector pass per object and is limited to about eleven objects a second.
 */
export const leafAnnotations = { "pulumi.com/deletionPropagationPolicy": "background" };
