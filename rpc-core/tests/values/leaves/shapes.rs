//! The data enum: what a protocol makes of it, part by part.

use std::time::SystemTime;

use polyrpc_test_model::{Shape, Tree};
use proptest::collection::vec;
use proptest::prelude::*;

use super::{Row, texts};

fn shapes() -> BoxedStrategy<Shape> {
    let leaf = prop_oneof![
        (f64::any(), proptest::option::of(texts())).prop_map(|(radius, of)| Shape::Circle { radius, of }),
        texts().prop_map(Shape::Label),
        any::<(i32, Option<bool>)>().prop_map(|(a, b)| Shape::Pair(a, b)),
        proptest::option::of(SystemTime::any()).prop_map(Shape::At),
        Just(Shape::Nothing),
    ];
    leaf.prop_recursive(3, 8, 3, |inner| {
        let tree = (texts(), vec(inner.clone(), 0..3), any::<i32>()).prop_map(|(name, shapes, key)| Tree {
            left: Some(Box::new(Tree { name: name.clone(), ..Tree::default() })),
            all: [(key, Tree { shapes: shapes.clone(), ..Tree::default() })].into(),
            name,
            shapes,
        });
        prop_oneof![
            vec(inner, 0..3).prop_map(Shape::Group),
            tree.prop_map(|tree| Shape::Tree(Box::new(tree)))
        ]
    })
    .boxed()
}

/// The same shape, of parts that are changed or refused.
fn rebuild(shape: &Shape, part: Parts) -> Option<Shape> {
    Some(match shape {
        Shape::Circle { radius, of } => Shape::Circle {
            radius: (part.number)(radius)?,
            of: match of {
                Some(of) => Some((part.text)(of)?),
                None => None,
            },
        },
        Shape::Label(text) => Shape::Label((part.text)(text)?),
        Shape::At(Some(time)) => Shape::At(Some((part.time)(time)?)),
        Shape::Group(shapes) => {
            Shape::Group(shapes.iter().map(|shape| rebuild(shape, part)).collect::<Option<_>>()?)
        }
        Shape::Tree(tree) => Shape::Tree(Box::new(rebuild_tree(tree, part)?)),
        other => other.clone(),
    })
}

fn rebuild_tree(tree: &Tree, part: Parts) -> Option<Tree> {
    Some(Tree {
        name: (part.text)(&tree.name)?,
        left: match &tree.left {
            Some(left) => Some(Box::new(rebuild_tree(left, part)?)),
            None => None,
        },
        all: tree
            .all
            .iter()
            .map(|(key, tree)| Some((*key, rebuild_tree(tree, part)?)))
            .collect::<Option<_>>()?,
        shapes: tree.shapes.iter().map(|shape| rebuild(shape, part)).collect::<Option<_>>()?,
    })
}

#[derive(Clone, Copy)]
struct Parts {
    number: fn(&f64) -> Option<f64>,
    text: fn(&String) -> Option<String>,
    time: fn(&SystemTime) -> Option<SystemTime>,
}

impl Row for Shape {
    fn any() -> BoxedStrategy<Shape> {
        shapes()
    }

    fn over_proto(&self) -> Option<Shape> {
        rebuild(self, Parts { number: Row::over_proto, text: Row::over_proto, time: Row::over_proto })
    }

    fn over_json(&self) -> Option<Shape> {
        rebuild(self, Parts { number: Row::over_json, text: Row::over_json, time: Row::over_json })
    }

    fn over_xml(&self) -> Option<Shape> {
        rebuild(self, Parts { number: Row::over_xml, text: Row::over_xml, time: Row::over_xml })
    }
}
