//! Starts a specimen: the five mechanisms come together here.

use crate::proxy::{Counted, Proxy};
use crate::servers::{Servers, StartError, Started};
use crate::specimen::{Make, Specimen};
use invite_trace::Feature;
use std::sync::Arc;

impl Specimen {
    /// Starts it, with the count of what its proxy changed; `None` if it has no proxy.
    pub(crate) async fn start_counted(
        &self,
        servers: &dyn Servers,
    ) -> Result<(Started, Option<Arc<Counted>>), StartError> {
        match &self.make {
            Make::Rules { name, .. } => Ok((servers.start(name)?, None)),
            Make::Description(describe) => {
                let mut started = servers.right()?;
                describe(&mut started.target);
                Ok((started, None))
            }
            Make::Clause(_) => Err(StartError::NoServer(self.name.clone())),
            Make::Alone(start) => {
                let running = start().await?;
                let target = running.target();
                Ok((Started { target, server: Box::new(running) }, None))
            }
            Make::Proxy { change, keeps_order, .. } => {
                let Started { mut target, server } = servers.right()?;
                let counted = Arc::new(Counted::new(change()));
                let proxy = Proxy::start(&target.planes, counted.clone()).await?;
                target.planes = proxy.planes();
                // A server that does not keep the order of frames, and may do so, does not claim to.
                if !keeps_order {
                    target.claims.remove(&Feature::FrameOrder);
                }
                Ok((Started { target, server: Box::new((proxy, server)) }, Some(counted)))
            }
        }
    }
}
