//! hyper over async-std, through the adapter and by hand; by hand, too, the connection is polled beside the call.

use crate::{KEY, PAIRS, Pairs, settings};
use clore_async_std::Client;
use http_body_util::{BodyExt, Empty};
use hyper::body::Bytes;
use hyper::client::conn::http1;
use smol_hyper::rt::FuturesIo;
use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::task::Poll;
use std::time::Instant;

pub(crate) fn measure(url: &str) -> Pairs {
    async_std::task::block_on(async {
        let client = Client::builder().settings(settings(url)).build().unwrap();
        let host = url.trim_start_matches("http://");
        let stream = async_std::net::TcpStream::connect(host).await.unwrap();
        stream.set_nodelay(true).unwrap();
        let (mut sender, connection) = http1::handshake(FuturesIo::new(stream)).await.unwrap();
        let mut connection: Pin<Box<dyn Future<Output = _> + Send>> = Box::pin(connection);
        let mut pairs = Pairs::default();
        for _ in 0..PAIRS {
            let began = Instant::now();
            client.wallets().await.unwrap();
            let ours = began.elapsed();
            let began = Instant::now();
            let request = http::Request::get("/v1/wallets").header("host", host).header("auth", KEY);
            let request = request.body(Empty::<Bytes>::new()).unwrap();
            let call = async {
                sender.ready().await.unwrap();
                sender.send_request(request).await.unwrap().into_body().collect().await.unwrap().to_bytes()
            };
            let mut call = pin!(call);
            poll_fn(|context| {
                let ended: Poll<hyper::Result<()>> = connection.as_mut().poll(context);
                assert!(ended.is_pending(), "the connection stays open");
                call.as_mut().poll(context)
            })
            .await;
            pairs.add(ours, began.elapsed());
        }
        pairs
    })
}
