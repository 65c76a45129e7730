//! Tests of the core: commands go in, and what comes out is compared.

mod conferences;
mod credentials;
mod fixture;
mod invite;
mod join;
mod kick;
mod messages;
mod model;
mod permissions;
mod sessions;
mod subscriptions;
