//! The page at `/`: its line works as it stands, whatever the arguments are.

use std::collections::{BTreeMap, HashMap};

use polyrpc::{Message, Result, Server, service};

use crate::support::{Served, TCP, post, say};

/// What may contain itself, and need not.
#[derive(Message)]
struct Tree {
    children: Vec<Tree>,
    by_name: HashMap<String, Tree>,
    next: Option<Box<Tree>>,
}

/// What its first variant alone cannot tell to an end.
#[derive(Message)]
enum Sum {
    Of(Box<Terms>),
    Number(i64),
}

#[derive(Message)]
struct Terms {
    left: Sum,
    right: Sum,
}

#[derive(Message)]
struct Point(f64, Option<f64>, u8);

#[derive(Message)]
struct Shelf {
    books: Vec<Book>,
}

#[derive(Message)]
struct Book {
    authors: Vec<Author>,
}

#[derive(Message)]
struct Author {
    name: String,
    born: Option<u32>,
}

#[service(package = "behaviour.v1")]
trait Paged {
    async fn take(
        &self,
        tree: Tree,
        sum: Sum,
        point: Point,
        shelves: Vec<Shelf>,
        by_flag: BTreeMap<bool, u8>,
        by_number: BTreeMap<i64, (String, f32)>,
    ) -> Result<(String, u32)>;
}

struct Taker;

impl Paged for Taker {
    async fn take(
        &self,
        tree: Tree,
        sum: Sum,
        point: Point,
        shelves: Vec<Shelf>,
        by_flag: BTreeMap<bool, u8>,
        by_number: BTreeMap<i64, (String, f32)>,
    ) -> Result<(String, u32)> {
        assert!(tree.children.is_empty() && tree.by_name.is_empty() && tree.next.is_none());
        assert!(matches!(sum, Sum::Number(0)));
        assert!(point.0 > 0.0 && point.1.is_none() && point.2 == 0);
        let author = &shelves[0].books[0].authors[0];
        assert!(author.born.is_none());
        Ok((author.name.clone(), (by_flag.len() + by_number.len()) as u32))
    }
}

#[tokio::test]
async fn its_line_works_as_it_stands() {
    let served = Served::start(Server::new().service(PagedServer::new(Taker)).listen(TCP)).await;
    let page = say(served.address(), b"GET / HTTP/1.0\r\n\r\n").await.body;
    let line = page.lines().find(|line| line.starts_with("curl ")).unwrap();
    let (_, body) = line.split_once(" -d '").unwrap();
    let answer = post(served.address(), "application/json", "", body.trim_end_matches('\'')).await;
    assert!(answer.body.contains(r#""result":["x",2]"#), "{line}\n{}", answer.body);
}
