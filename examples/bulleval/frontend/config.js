/* The origins that this front end talks to: its server knows them. */
const answer = await fetch("/config.json");

export const { api, stranger } = await answer.json();
