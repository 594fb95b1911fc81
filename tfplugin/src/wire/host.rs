//! The services of the plugin process itself: how the host ends it, and an output stream that stays silent.
//!
//! The broker is left out: a provider never calls its host back, and hosts take UNIMPLEMENTED for that.

use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;
use tokio_util::sync::CancellationToken;
use tonic::{Request, Response, Status};

use crate::r#gen::plugin::grpc_controller_server::GrpcController;
use crate::r#gen::plugin::grpc_stdio_server::GrpcStdio;
use crate::r#gen::plugin::{Empty, StdioData};

pub(super) struct Controller {
    pub(super) shutdown: CancellationToken,
}

pub(super) struct Stdio {
    pub(super) shutdown: CancellationToken,
}

#[tonic::async_trait]
impl GrpcController for Controller {
    async fn shutdown(&self, _: Request<Empty>) -> Result<Response<Empty>, Status> {
        self.shutdown.cancel();
        Ok(Response::new(Empty {}))
    }
}

#[tonic::async_trait]
impl GrpcStdio for Stdio {
    type StreamStdioStream = ReceiverStream<Result<StdioData, Status>>;

    /// Open until shutdown and always empty: logs go to the real stderr.
    async fn stream_stdio(&self, _: Request<()>) -> Result<Response<Self::StreamStdioStream>, Status> {
        let (lines, silent) = mpsc::channel(1);
        let shutdown = self.shutdown.clone();
        tokio::spawn(async move {
            tokio::select! {
                () = shutdown.cancelled() => {}
                () = lines.closed() => {}
            }
        });
        Ok(Response::new(ReceiverStream::new(silent)))
    }
}
